-- 200 different rows of 784 pixels, four of five black as in images of digits, for wrk.
math.randomseed(1)
local function pixel()
    return math.random(5) == 1 and math.random(0, 255) or 0
end

local requests = {}

function init()
    wrk.method = "POST"
    wrk.headers["content-type"] = "application/json"
    for index = 1, 200 do
        local pixels = {}
        for place = 1, 784 do
            pixels[place] = pixel()
        end
        requests[index] = wrk.format(nil, nil, nil, '{"features": [[' .. table.concat(pixels, ", ") .. "]]}")
    end
end

local last = 0

function request()
    last = last % #requests + 1
    return requests[last]
end
