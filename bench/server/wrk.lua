-- Sends each request of a prepared file once: wrk -s wrk.lua URL -- FILE COUNT. Then it only waits to be stopped.
-- In the file each request is a line with its length, and then its bytes. Prints one line of JSON: seconds from the
-- first request to the last answer, and how often each status was answered.
local ffi = require 'ffi'
ffi.cdef 'typedef struct { long sec; long nsec; } bench_time; int clock_gettime(int clock, bench_time *time);'

local function now()
  local time = ffi.new('bench_time')
  ffi.C.clock_gettime(1, time)
  return tonumber(time.sec) + tonumber(time.nsec) / 1e9
end

local file, count, sent, answered, started
local statuses = {}

function init(args)
  file = assert(io.open(args[1], 'rb'))
  file:setvbuf('full', 1048576)
  count, sent, answered = tonumber(args[2]), 0, 0
end

-- Connections that find nothing left to send wait until the others have their answers.
function delay()
  return sent < count and 0 or 3600000
end

local function read()
  return file:read(tonumber(file:read('*l')))
end

-- wrk asks once before it starts, to see whether it understands the answer.
local tried

function request()
  if not tried then
    tried = read()
    return tried
  end
  started = started or now()
  if sent == count then return '' end -- two connections found one request left
  sent = sent + 1
  return sent == 1 and tried or read()
end

function response(status)
  statuses[status] = (statuses[status] or 0) + 1
  answered = answered + 1
  if answered < count then return end
  local parts = {}
  for name, times in pairs(statuses) do parts[#parts + 1] = string.format('"%d":%d', name, times) end
  print(string.format('{"seconds":%.6f,"statuses":{%s}}', now() - started, table.concat(parts, ',')))
  io.stdout:flush()
end
