rule training_spec:
    output:
        f"{RESULTS}/specs/training/{{name}}.json",
    log:
        f"{RESULTS}/logs/specs/training/{{name}}.log",
    params:
        spec=lambda w: PLAN.trainings[w.name].canonical_json(),
    localrule: True
    shell:
        "printf '%s\\n' {params.spec:q} > {output} 2> {log}"


rule train:
    input:
        f"{RESULTS}/specs/training/{{name}}.json",
    output:
        f"{RESULTS}/trainings/{{name}}.nc",
    log:
        f"{RESULTS}/logs/trainings/{{name}}.log",
    params:
        code=code_digest("anticorr.stages.train"),
    threads: 1
    resources:
        mem_mb=2000,
        runtime=120,
    shell:
        "anticorr train {input} --out {output} > {log} 2>&1"
