# Needs no simulation of the sweep: its short runs are its own.
rule predict:
    output:
        f"{RESULTS}/theory/{{sweep}}/{{state}}.nc",
    log:
        f"{RESULTS}/logs/predict/{{sweep}}/{{state}}.log",
    cache: True
    threads: 1
    resources:
        mem_mb=lambda w: memory(GRAPH.prediction_cost(w.sweep, w.state)),
        runtime=lambda w: minutes(GRAPH.prediction_cost(w.sweep, w.state)),
    params:
        spec=lambda w: GRAPH.first_spec(w.sweep, w.state).canonical_json(),
        short=lambda w: " ".join(
            f"--{key.replace('_', '-')} {value}" for key, value in GRAPH.short_runs(w.sweep).items()
        ),
        code=code_digest("anticorr.stages.predict"),
    shell:
        "printf '%s' {params.spec:q} | anticorr predict - --shells --out {output} {params.short}"
        " --threads {threads} > {log} 2>&1"
