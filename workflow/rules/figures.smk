rule figure:
    input:
        records=lambda w: GRAPH.figure_records(w.name),
        snapshots=lambda w: [GRAPH.folder("trajectory", *one) for one in GRAPH.snapshots(w.name)],
    output:
        pdf=f"{RESULTS}/figures/{{name}}.pdf",
        png=report(
            f"{RESULTS}/figures/{{name}}.png",
            caption="../report/figure.rst",
            category="Figures",
            labels={"figure": "{name}"},
        ),
    log:
        f"{RESULTS}/logs/figure/{{name}}.log",
    resources:
        mem_mb=memory(costs.FIGURE),
        runtime=minutes(costs.FIGURE),
    params:
        draw=lambda w: PLAN.figures[w.name].draw,
        snapshots=lambda w, input: GRAPH.snapshot_records(w.name, input.snapshots),
        code=lambda w: code_digest(f"anticorr.figures.{scale.FIGURES[PLAN.figures[w.name].draw]}"),
    shell:
        "anticorr figure {params.draw} {input.records} {params.snapshots} --out {output.pdf}"
        " --out {output.png} > {log} 2>&1"


rule scale:
    output:
        f"{RESULTS}/{layout.SCALE}",
    log:
        f"{RESULTS}/logs/scale.log",
    localrule: True
    params:
        # A date or the like, where every state replaces it, is text here.
        scale=json.dumps(SCALE, default=str, skipkeys=True),
    shell:
        "printf '%s\\n' {params.scale:q} > {output} 2> {log}"


rule claims:
    input:
        records=GRAPH.claims_records(),
        scale=rules.scale.output,
    output:
        csv=f"{RESULTS}/claims/claims.csv",
        md=f"{RESULTS}/claims/claims.md",
        html=report(
            f"{RESULTS}/claims/claims.html",
            caption="../report/claims.rst",
            category="Claims",
            labels={"table": "all claims"},
        ),
    log:
        f"{RESULTS}/logs/claims.log",
    resources:
        mem_mb=memory(costs.CLAIMS),
        runtime=minutes(costs.CLAIMS),
    params:
        code=code_digest("anticorr.figures.claims"),
    shell:
        # The records of the scale, by themselves: thousands would not fit a command line.
        "anticorr claims --config {input.scale} --in $(dirname {input.scale:q}) --out {output.csv}"
        " --out {output.md} --out {output.html} > {log} 2>&1"
