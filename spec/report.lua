--- Output of busted as usual, and at the end a line that a script can read: "N passed, N failed" (then "N pending").
-- With UPHELD_NO_PENDING set (make test-all), a pending spec counts as failed: nothing may be left out there.
return function(options)
  local busted = require "busted"
  local handler = require("busted.outputHandlers.plainTerminal")(options)
  busted.subscribe({ "suite", "end" }, function()
    local failed = handler.failuresCount + handler.errorsCount
    local strict = os.getenv "UPHELD_NO_PENDING"
    if strict and handler.pendingsCount > 0 then
      failed = failed + handler.pendingsCount
      io.write("\npending is not allowed here: ", handler.pendingsCount, " pending\n")
    end
    io.write(("\n%d passed, %d failed\n"):format(handler.successesCount, failed))
    if not strict and handler.pendingsCount > 0 then io.write(handler.pendingsCount, " pending\n") end
    io.flush()
    return nil, true
  end, { priority = 1000 })
  return handler
end
