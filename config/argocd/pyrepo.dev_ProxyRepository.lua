-- The health of a ProxyRepository, for Argo CD: what its conditions say (kstatus).
local function condition(kind)
  if obj.status ~= nil and obj.status.conditions ~= nil then
    for _, c in ipairs(obj.status.conditions) do
      if c.type == kind then return c end
    end
  end
  return nil
end

local ready = condition("Ready")
local stalled = condition("Stalled")
if ready == nil or obj.status.observedGeneration ~= obj.metadata.generation then
  return { status = "Progressing", message = "The operator has not seen this yet." }
end
if stalled ~= nil and stalled.status == "True" then
  return { status = "Degraded", message = stalled.message }
end
if ready.status == "False" then
  return { status = "Degraded", message = ready.message }
end
if ready.status ~= "True" then
  return { status = "Progressing", message = ready.message }
end
if ready.reason == "Suspended" then
  return { status = "Suspended", message = ready.message }
end
return { status = "Healthy", message = ready.message }
