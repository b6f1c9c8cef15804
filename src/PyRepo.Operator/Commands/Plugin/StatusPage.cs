using System.Text;
using System.Text.Json.Nodes;

namespace PyRepo.Operator.Commands.Plugin;

/// <summary>The state of one repository, as text for a terminal: a pure function of what was read.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Children">Its children, pods aside.</param>
/// <param name="Pods">Its pods, with their reports.</param>
sealed record StatusPage(JsonNode Resource, IReadOnlyList<JsonNode> Children, IReadOnlyList<PodReport> Pods)
{
    const string Reasons = "https://github.com/pyrepo/pyrepo/blob/main/docs/operator.md#reasons";

    /// <summary>Whether the resource is Ready.</summary>
    public bool IsReady => (string?)Find("Ready")?["status"] == "True";

    /// <summary>Returns the text.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        text.Append($"{Resource["kind"]} {Resource["metadata"]?["namespace"]}/{Resource["metadata"]?["name"]}");
        text.Append($"  {(string?)Resource["status"]?["url"]}\n\n");
        WriteConditions(text);
        text.Append('\n');
        WriteChildren(text);
        text.Append('\n').Append(Agreement()).Append('\n');
        if (!IsReady)
        {
            var message = (string?)Find("Ready")?["message"];
            text.Append($"\nNext: {message ?? "Wait: the operator has not seen it yet."}\n{Reasons}\n");
        }
        return text.ToString();
    }

    void WriteConditions(StringBuilder text)
    {
        foreach (var condition in Resource["status"]?["conditions"]?.AsArray() ?? [])
        {
            text.Append(
                $"  {(string?)condition?["type"],-20} {(string?)condition?["status"],-8} {condition?["reason"]}");
            text.Append((string?)condition?["message"] is { Length: > 0 } message ? $": {message}\n" : "\n");
        }
    }

    void WriteChildren(StringBuilder text)
    {
        foreach (var child in Children)
            text.Append($"├─ {child["kind"]} {child["metadata"]?["name"]}{Describe(child)}\n");
        foreach (var pod in Pods)
        {
            text.Append($"├─ Pod {pod.Name}  {pod.Pod["status"]?["phase"]} on {pod.Pod["spec"]?["nodeName"]}, ");
            text.Append(pod.Report is { } report
                ? $"server {report.Version}, configuration {Short(report.Hash)}\n"
                : $"no report: {pod.Failure ?? "what answers is no server"}\n");
            foreach (var repository in pod.Report?.Repositories ?? [])
            {
                text.Append(repository.Ready
                    ? $"│    ready: {repository.Projects} projects, {repository.Files} files\n"
                    : $"│    not ready: {repository.Message}\n");
            }
            foreach (var problem in pod.Report?.Problems ?? [])
                text.Append($"│    {problem.Source} {problem.Message}\n");
        }
    }

    /// <summary>The part of a child that tells most of it.</summary>
    static string Describe(JsonNode child) => (string?)child["kind"] switch
    {
        "Deployment" =>
            $"  {child["status"]?["readyReplicas"] ?? 0} of {child["spec"]?["replicas"] ?? 1} ready, "
            + $"{child["spec"]?["template"]?["spec"]?["containers"]?[0]?["image"]}",
        "PersistentVolumeClaim" =>
            $"  {child["status"]?["phase"]}, {child["status"]?["capacity"]?["storage"] ?? "no volume yet"}",
        "Ingress" => $"  {child["spec"]?["rules"]?[0]?["host"]}",
        _ => "",
    };

    string Agreement()
    {
        var hashes = Pods.Select(pod => pod.Report?.Hash).Distinct().ToList();
        return hashes switch
        {
            [] => "No pod runs.",
            [null] => "No pod reports what it acts on.",
            [var hash] when Pods.Count == 1 => $"The pod acts on the configuration {Short(hash)}.",
            [var hash] => $"All {Pods.Count} pods act on the same configuration, {Short(hash)}.",
            _ => $"The pods do not agree: {string.Join(", ", Pods.Select(p => $"{p.Name} {Short(p.Report?.Hash)}"))}.",
        };
    }

    JsonNode? Find(string type) => (Resource["status"]?["conditions"]?.AsArray() ?? [])
        .FirstOrDefault(condition => (string?)condition?["type"] == type);

    static string Short(string? hash) => hash is null ? "unknown" : hash[..int.Min(hash.Length, 8)];
}
