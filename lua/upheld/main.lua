--- Starts the command: the script that LuaRocks installs as `upheld`, and that build/bin/upheld runs.
os.exit(require("upheld.command").main(arg), true)
