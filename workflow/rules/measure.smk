rule measure:
    input:
        f"{RESULTS}/trajectories/{{sweep}}/{{point}}/{{run}}.nc",
    output:
        f"{RESULTS}/spectra/{{sweep}}/{{point}}/{{run}}.nc",
    log:
        f"{RESULTS}/logs/spectra/{{sweep}}/{{point}}/{{run}}.log",
    params:
        also=lambda w: "--real-space" if PLAN.sweeps[w.sweep].real_space else "",
        code=code_digest("anticorr.stages.measure"),
    resources:
        mem_mb=2000,
        runtime=60,
    shell:
        "anticorr measure {input} --out {output} {params.also} > {log} 2>&1"
