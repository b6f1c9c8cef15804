using System.Text.Json.Nodes;

namespace PyRepo.Operator.Tests.Running;

/// <summary>
/// What Flux, kpt and others make of a resource: the rules of kstatus (cli-utils, <c>pkg/kstatus</c>), in their order.
/// </summary>
static class KStatus
{
    public static string From(JsonNode resource)
    {
        if (resource["metadata"]!["deletionTimestamp"] is not null)
            return "Terminating";
        var seen = (long?)resource["status"]?["observedGeneration"];
        if (seen is not null && seen != (long?)resource["metadata"]!["generation"])
            return "InProgress";
        if (GetStatus(resource, "Reconciling") == "True")
            return "InProgress";
        if (GetStatus(resource, "Stalled") == "True")
            return "Failed";
        return GetStatus(resource, "Ready") switch
        {
            "True" => "Current",
            null when resource["status"] is not null => "Current",
            _ => "InProgress",
        };
    }

    public static string? GetStatus(JsonNode resource, string type) => (string?)Find(resource, type)?["status"];

    public static JsonNode? Find(JsonNode resource, string type) =>
        GetConditions(resource).FirstOrDefault(c => (string?)c["type"] == type);

    public static IEnumerable<JsonNode> GetConditions(JsonNode resource) =>
        resource["status"]?["conditions"]?.AsArray().OfType<JsonNode>() ?? [];
}
