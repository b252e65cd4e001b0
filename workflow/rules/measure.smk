rule measure:
    input:
        f"{RESULTS}/trajectories/{{sweep}}/{{job}}",
    output:
        directory(f"{RESULTS}/spectra/{{sweep}}/{{job}}"),
    log:
        f"{RESULTS}/logs/measure/{{sweep}}/{{job}}.log",
    cache: True
    resources:
        mem_mb=lambda w: memory(GRAPH.measurement_cost(w.sweep, w.job)),
        runtime=lambda w: minutes(GRAPH.measurement_cost(w.sweep, w.job)),
    params:
        also=lambda w: "--real-space" if PLAN.sweeps[w.sweep].real_space else "",
        code=code_digest("anticorr.stages.measure"),
    shell:
        "anticorr measure {input} --out {output} {params.also} > {log} 2>&1"
