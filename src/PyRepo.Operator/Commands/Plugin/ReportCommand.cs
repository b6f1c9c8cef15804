using System.CommandLine;
using System.IO.Compression;
using System.Text.Json.Nodes;

namespace PyRepo.Operator.Commands.Plugin;

/// <summary><c>kubectl pyrepo report</c>: a file for those who help. No Secret is read for it.</summary>
static class ReportCommand
{
    /// <summary>The lines of a log that are taken of each pod.</summary>
    const int LogLines = 2000;

    const string Hidden = "(not shown)";
    const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";
    const string Operator = "app.kubernetes.io/name=pyrepo-operator";

    static readonly string[] _kinds =
    [
        "deployments", "replicasets", "pods", "services", "persistentvolumeclaims", "configmaps", "ingresses", "jobs",
        "httproutes.gateway.networking.k8s.io", "poddisruptionbudgets", "networkpolicies", "serviceaccounts",
    ];

    /// <summary>Creates the command for the command line.</summary>
    public static Command Create()
    {
        var target = new PluginTarget();
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The file. [default: pyrepo-NAME.zip]",
            HelpName = "FILE",
        };
        var operatorNamespace = new Option<string>("--operator-namespace")
        {
            Description = "The operator's namespace.",
            HelpName = "NAMESPACE",
            DefaultValueFactory = _ => "pyrepo-system",
        };
        var command = target.AddTo(new Command(
            "report", "Write a ZIP file for support, without any Secret.")
        {
            output, operatorNamespace,
        });
        command.Handle(async (parsed, cancellationToken) =>
        {
            var found = await target.FindAsync(parsed, cancellationToken);
            var path = parsed.GetValue(output) ?? $"pyrepo-{found.Name}.zip";
            var ns = parsed.GetRequiredValue(operatorNamespace);
            await WriteAsync(path, async zip =>
            {
                await AddRepositoryAsync(zip, found, cancellationToken);
                await AddOperatorAsync(zip, found.Kubectl, ns, cancellationToken);
            });
            Console.WriteLine(
                $"{path} has the resource, what belongs to it, its events, logs and reports, and no Secret.");
            Console.WriteLine("Review it before you share it: logs name users, addresses and packages.");
            return 0;
        });
        return command;
    }

    /// <summary>Writes a file that its owner alone may read, or none.</summary>
    static async Task WriteAsync(string path, Func<ZipArchive, Task> add)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new FileStream(path, options);
        try
        {
            await using var zip = new ZipArchive(file, ZipArchiveMode.Create);
            await add(zip);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    static async Task AddRepositoryAsync(ZipArchive zip, FoundResource found, CancellationToken cancellationToken)
    {
        await AddAsync(zip, "resource.json", () => Task.FromResult(WithoutNoise(found.Document).ToString()));
        foreach (var kind in _kinds)
        {
            await AddAsync(zip, $"children/{kind}.json", async () => new JsonArray(
                [.. (await found.GetChildrenAsync(kind, cancellationToken)).Select(WithoutNoise)]).ToString());
        }
        await AddAsync(zip, "events.json", async () => new JsonArray(
            [.. (await found.Kubectl.GetAsync(cancellationToken, "events", "-n", found.Namespace))
                .Where(each => IsAbout(each, found.Name)).Select(WithoutNoise)]).ToString());
        IReadOnlyList<PodReport> pods = [];
        await AddAsync(zip, "pods.txt", async () =>
        {
            pods = await PodReport.ReadAsync(found, cancellationToken);
            return string.Concat(pods.Select(pod => $"{pod.Name} {pod.Failure ?? "reports"}\n"));
        });
        foreach (var pod in pods)
        {
            await AddAsync(zip, $"pods/{pod.Name}/status.json", () => Task.FromResult(
                pod.Status is null ? pod.Failure ?? "" : System.Text.Encoding.UTF8.GetString(pod.Status)));
            await AddAsync(zip, $"pods/{pod.Name}/log.txt", () => found.Kubectl.AskAsync(
                cancellationToken, "logs", "-n", found.Namespace, pod.Name, $"--tail={LogLines}"));
            await AddAsync(zip, $"pods/{pod.Name}/previous-log.txt", () => found.Kubectl.AskAsync(
                cancellationToken, "logs", "-n", found.Namespace, pod.Name, "--previous", $"--tail={LogLines}"));
        }
    }

    static async Task AddOperatorAsync(
        ZipArchive zip, Kubectl kubectl, string ns, CancellationToken cancellationToken)
    {
        await AddAsync(zip, "operator/deployment.json", async () => new JsonArray(
            [.. (await kubectl.GetAsync(cancellationToken, "deployment", "pyrepo-operator", "-n", ns))
                .Select(WithoutNoise)]).ToString());
        await AddAsync(zip, "operator/settings.txt", () => kubectl.AskAsync(
            cancellationToken, "get", "configmaps", "-n", ns, "-l", Operator, "-o", "yaml"));
        await AddAsync(zip, "operator/log.txt", () => kubectl.AskAsync(
            cancellationToken, "logs", "-n", ns, "-l", Operator, "--prefix",
            $"--tail={LogLines}"));
        await AddAsync(zip, "versions.txt", () => kubectl.AskAsync(cancellationToken, "version"));
    }

    /// <summary>Adds a file. What the user may not read is said there, and stops nothing.</summary>
    static async Task AddAsync(ZipArchive zip, string name, Func<Task<string>> read)
    {
        string text;
        try
        {
            text = await read();
        }
        catch (KubectlException error)
        {
            text = $"not read: {error.Message}\n";
        }
        await using var writer = new StreamWriter(await zip.CreateEntry(name).OpenAsync());
        await writer.WriteAsync(text);
    }

    /// <summary>Whether an event is about the resource, or about something that has its name as a beginning.</summary>
    static bool IsAbout(JsonNode happened, string name) =>
        (string?)happened["involvedObject"]?["name"] is { } about
        && (about == name || about.StartsWith($"{name}-", StringComparison.Ordinal));

    /// <summary>
    /// Without what says nothing about a fault, which is who wrote which field, and without the values of environment
    /// variables: a proxy's URL, or what somebody else injects, may have a password.
    /// </summary>
    public static JsonNode WithoutNoise(JsonNode item)
    {
        var copy = item.DeepClone();
        (copy["metadata"] as JsonObject)?.Remove("managedFields");
        (copy["metadata"]?["annotations"] as JsonObject)?.Remove(LastApplied);
        HideEnvironment(copy);
        return copy;
    }

    static void HideEnvironment(JsonNode? node)
    {
        foreach (var variable in (node as JsonObject)?["env"] as JsonArray ?? [])
        {
            if (variable is JsonObject { } pair && pair.ContainsKey("value"))
                pair["value"] = Hidden;
        }
        foreach (var child in node switch
        {
            JsonObject map => map.Select(property => property.Value),
            JsonArray list => list,
            _ => [],
        })
        {
            HideEnvironment(child);
        }
    }
}
