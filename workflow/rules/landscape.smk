rule landscape:
    input:
        lambda w: f"{RESULTS}/specs/{w.sweep}/{w.point}/{seeds(w)[0]}.json",
    output:
        f"{RESULTS}/landscapes/{{sweep}}/{{point}}.nc",
    log:
        f"{RESULTS}/logs/landscapes/{{sweep}}/{{point}}.log",
    params:
        replicas=lambda w: len(seeds(w)),
        spec=lambda w: first_spec(w).canonical_json(),
        code=code_digest("anticorr.stages.landscape"),
    resources:
        mem_mb=500,
        runtime=120,
    # Small matrices: threads of the linear algebra would only stand in each other's way.
    shell:
        "OPENBLAS_NUM_THREADS=1 anticorr landscape {input} --seeds {params.replicas} --out {output} > {log} 2>&1"
