rule train:
    output:
        f"{RESULTS}/trainings/{{name}}.nc",
    log:
        f"{RESULTS}/logs/train/{{name}}.log",
    cache: True
    threads: 1
    resources:
        mem_mb=lambda w: memory(GRAPH.training_cost(w.name)),
        runtime=lambda w: minutes(GRAPH.training_cost(w.name)),
    params:
        spec=lambda w: PLAN.trainings[w.name].canonical_json(),
        files=lambda w: GRAPH.training_files(w.name),
        code=lambda w: code_digest("anticorr.stages.train"),
    shell:
        "printf '%s' {params.spec:q} | anticorr train - --out {output} > {log} 2>&1"
