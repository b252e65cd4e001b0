rule companion:
    output:
        f"{RESULTS}/companions/{{name}}.nc",
    log:
        f"{RESULTS}/logs/companion/{{name}}.log",
    cache: True
    threads: 1
    resources:
        mem_mb=lambda w: memory(GRAPH.companion_cost(w.name)),
        runtime=lambda w: minutes(GRAPH.companion_cost(w.name)),
    params:
        spec=lambda w: PLAN.companions[w.name].canonical_json(),
        code=lambda w: code_digest(f"anticorr.stages.{PLAN.companions[w.name].kind}"),
    shell:
        "printf '%s' {params.spec:q} | anticorr companion - --out {output} > {log} 2>&1"
