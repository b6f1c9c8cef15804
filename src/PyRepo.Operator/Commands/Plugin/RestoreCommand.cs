using System.CommandLine;
using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Yaml;

namespace PyRepo.Operator.Commands.Plugin;

/// <summary><c>kubectl pyrepo restore</c></summary>
static class RestoreCommand
{
    /// <summary>Creates the command for the command line.</summary>
    public static Command Create()
    {
        var target = new PluginTarget();
        var name = new Option<string>("--as")
        {
            Description = "The name of the resource that the backup is restored to.",
            HelpName = "NAME",
            Required = true,
        };
        var backup = new Option<string>("--backup")
        {
            Description = "Which backup: latest, a name, or a time, which means the newest one from before.",
            HelpName = "BACKUP",
            DefaultValueFactory = _ => "latest",
        };
        var command = target.AddTo(new Command(
            "restore", "Print a resource that restores a repository's backup beside it: pipe it to kubectl apply -f -.")
        {
            name, backup,
        });
        command.Handle(async (parsed, cancellationToken) =>
        {
            var found = await target.FindAsync(parsed, cancellationToken);
            Console.Write(YamlWriter.Write(
                Write(found.Document, parsed.GetRequiredValue(name), parsed.GetRequiredValue(backup))));
            return 0;
        });
        return command;
    }

    /// <summary>
    /// Returns a resource with the same spec, whose storage is another one, filled from the backup. It has no host,
    /// which is still the other's, and no backups, which would be among the other's.
    /// </summary>
    /// <exception cref="KubectlException">The resource has no backups, or the name is its own.</exception>
    public static JsonObject Write(JsonNode resource, string name, string backup)
    {
        var former = (string?)resource["metadata"]?["name"];
        var spec = resource["spec"]?.DeepClone() as JsonObject ?? [];
        if (spec["backup"]?["to"]?["bucket"]?.DeepClone() is not JsonObject bucket)
            throw new KubectlException($"{former} has no spec.backup.to.bucket.");
        foreach (var field in (string[])["create", "encryption"])
            bucket.Remove(field); // It is only read.
        if (name == former)
            throw new KubectlException("A backup is restored beside the repository: give --as another name.");
        foreach (var field in (string[])["backup", "ingress", "gateway"])
            spec.Remove(field);
        var storage = spec["storage"] as JsonObject ?? [];
        (storage["persistentVolumeClaim"] as JsonObject)?.Remove("existingClaim");
        if (storage["bucket"] is JsonObject own)
            own["prefix"] = name;
        storage["restoreFrom"] = new JsonObject { ["bucket"] = bucket, ["backup"] = backup };
        spec["storage"] = storage.Parent is null ? storage : storage.DeepClone();
        return new JsonObject
        {
            ["apiVersion"] = resource["apiVersion"]?.DeepClone(),
            ["kind"] = resource["kind"]?.DeepClone(),
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = resource["metadata"]?["namespace"]?.DeepClone(),
            },
            ["spec"] = spec,
        };
    }
}
