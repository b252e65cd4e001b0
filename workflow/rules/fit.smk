rule fit:
    input:
        expand(f"{RESULTS}/spectra/{{{{sweep}}}}/{{{{point}}}}/{{run}}.nc", run=SEEDS),
    output:
        f"{RESULTS}/fits/{{sweep}}/{{point}}.nc",
    log:
        f"{RESULTS}/logs/fits/{{sweep}}/{{point}}.log",
    params:
        k_max=PLAN.fit_k_max,
        code=code_digest("anticorr.stages.fit"),
    resources:
        mem_mb=500,
        runtime=10,
    shell:
        "anticorr fit {input} --out {output} --k-max {params.k_max} > {log} 2>&1"
