rule simulate:
    output:
        directory(f"{RESULTS}/trajectories/{{sweep}}/{{job}}"),
    log:
        f"{RESULTS}/logs/simulate/{{sweep}}/{{job}}.log",
    cache: True
    # A job that was killed goes on from its checkpoint, unless spec or code have changed since.
    threads: 1
    resources:
        mem_mb=lambda w: memory(GRAPH.simulation_cost(w.sweep, w.job)),
        runtime=lambda w: minutes(GRAPH.simulation_cost(w.sweep, w.job)),
    params:
        specs=lambda w: GRAPH.specs_text(w.sweep, w.job),
        replicas=lambda w: GRAPH.replicas(w.sweep),
        files=lambda w: GRAPH.files(w.sweep, w.job),
        code=lambda w: code_digest(*GRAPH.stages(w.sweep, w.job)),
    shell:
        "printf '%s' {params.specs:q} | anticorr simulate - {params.replicas} --out {output}"
        " --threads {threads} --resume --discard-stale > {log} 2>&1"
