/tmp/wt/lead/target-sim/release/deps/simulation-dd740e1f458faba4.d: core/tests/simulation/main.rs core/tests/simulation/capture.rs core/tests/simulation/checks.rs core/tests/simulation/commands.rs core/tests/simulation/effects.rs core/tests/simulation/files.rs core/tests/simulation/finish.rs core/tests/simulation/floods.rs core/tests/simulation/flows.rs core/tests/simulation/happenings.rs core/tests/simulation/json.rs core/tests/simulation/life.rs core/tests/simulation/network.rs core/tests/simulation/plan.rs core/tests/simulation/program.rs core/tests/simulation/sabotage.rs core/tests/simulation/terminal.rs core/tests/simulation/truth.rs core/tests/simulation/watch.rs core/tests/simulation/world.rs

/tmp/wt/lead/target-sim/release/deps/simulation-dd740e1f458faba4: core/tests/simulation/main.rs core/tests/simulation/capture.rs core/tests/simulation/checks.rs core/tests/simulation/commands.rs core/tests/simulation/effects.rs core/tests/simulation/files.rs core/tests/simulation/finish.rs core/tests/simulation/floods.rs core/tests/simulation/flows.rs core/tests/simulation/happenings.rs core/tests/simulation/json.rs core/tests/simulation/life.rs core/tests/simulation/network.rs core/tests/simulation/plan.rs core/tests/simulation/program.rs core/tests/simulation/sabotage.rs core/tests/simulation/terminal.rs core/tests/simulation/truth.rs core/tests/simulation/watch.rs core/tests/simulation/world.rs

core/tests/simulation/main.rs:
core/tests/simulation/capture.rs:
core/tests/simulation/checks.rs:
core/tests/simulation/commands.rs:
core/tests/simulation/effects.rs:
core/tests/simulation/files.rs:
core/tests/simulation/finish.rs:
core/tests/simulation/floods.rs:
core/tests/simulation/flows.rs:
core/tests/simulation/happenings.rs:
core/tests/simulation/json.rs:
core/tests/simulation/life.rs:
core/tests/simulation/network.rs:
core/tests/simulation/plan.rs:
core/tests/simulation/program.rs:
core/tests/simulation/sabotage.rs:
core/tests/simulation/terminal.rs:
core/tests/simulation/truth.rs:
core/tests/simulation/watch.rs:
core/tests/simulation/world.rs:
