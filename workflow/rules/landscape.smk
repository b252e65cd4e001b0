rule landscape:
    output:
        f"{RESULTS}/landscapes/{{sweep}}/{{state}}.nc",
    log:
        f"{RESULTS}/logs/landscape/{{sweep}}/{{state}}.log",
    cache: True
    resources:
        mem_mb=lambda w: memory(GRAPH.landscape_cost(w.sweep, w.state)),
        runtime=lambda w: minutes(GRAPH.landscape_cost(w.sweep, w.state)),
    params:
        spec=lambda w: GRAPH.first_spec(w.sweep, w.state).canonical_json(),
        seeds=lambda w: len(GRAPH.seeds(w.sweep)),
        code=code_digest("anticorr.stages.landscape"),
    shell:
        "printf '%s' {params.spec:q} | anticorr landscape - --seeds {params.seeds}"
        " --out {output} > {log} 2>&1"
