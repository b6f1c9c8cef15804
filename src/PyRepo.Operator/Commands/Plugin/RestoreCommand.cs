using System.CommandLine;
using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Yaml;
using PyRepo.Resources.Storage;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Commands.Plugin;

/// <summary><c>kubectl pyrepo restore</c></summary>
static class RestoreCommand
{
    static readonly string _snapshots =
        $"{ResourceTypes.VolumeSnapshots.Plural}.{ResourceTypes.VolumeSnapshots.Group}";

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
            DefaultValueFactory = _ => RestoreSpec.Latest,
        };
        var command = target.AddTo(new Command(
            "restore", "Print a resource that restores a repository's backup beside it: pipe it to kubectl apply -f -.")
        {
            name, backup,
        });
        command.Handle(async (parsed, cancellationToken) =>
        {
            var found = await target.FindAsync(parsed, cancellationToken);
            var (former, which) = (found.Document, parsed.GetRequiredValue(backup));
            var restored = HasSnapshots(former)
                ? Write(former, parsed.GetRequiredValue(name), FoundSnapshot.Choose(
                    await found.GetChildrenAsync(_snapshots, cancellationToken), which))
                : Write(former, parsed.GetRequiredValue(name), which);
            Console.Write(YamlWriter.Write(restored));
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
        if (resource["spec"]?["backup"]?["to"]?["bucket"]?.DeepClone() is not JsonObject bucket)
        {
            throw new KubectlException(
                $"{resource["metadata"]?["name"]} has neither spec.backup.to.bucket nor volumeSnapshotClassName.");
        }
        foreach (var field in (string[])["create", "encryption"])
            bucket.Remove(field); // It is only read.
        return Write(resource, name, new JsonObject { ["bucket"] = bucket, ["backup"] = backup });
    }

    /// <summary>The same from a snapshot, on a volume that has room for all of it.</summary>
    /// <exception cref="KubectlException">The name is the resource's own.</exception>
    public static JsonObject Write(JsonNode resource, string name, FoundSnapshot snapshot)
    {
        var restored = Write(resource, name, new JsonObject { ["volumeSnapshot"] = snapshot.Name });
        var storage = restored["spec"]!["storage"]!.AsObject();
        if (storage["persistentVolumeClaim"] is not JsonObject claim)
            storage["persistentVolumeClaim"] = claim = [];
        var size = Quantity.TryParse(claim["size"]?.ToString() ?? "", out var written)
            ? written : new PersistentVolumeClaimSpec().Size;
        if (snapshot.Size > size)
            claim["size"] = snapshot.Size.ToString();
        return restored;
    }

    static bool HasSnapshots(JsonNode resource) =>
        resource["spec"]?["backup"]?["to"]?["volumeSnapshotClassName"] is not null;

    static JsonObject Write(JsonNode resource, string name, JsonObject restoreFrom)
    {
        var spec = resource["spec"]?.DeepClone() as JsonObject ?? [];
        if (name == (string?)resource["metadata"]?["name"])
            throw new KubectlException("A backup is restored beside the repository: give --as another name.");
        foreach (var field in (string[])["backup", "ingress", "gateway"])
            spec.Remove(field);
        var storage = spec["storage"] as JsonObject ?? [];
        (storage["persistentVolumeClaim"] as JsonObject)?.Remove("existingClaim");
        if (storage["bucket"] is JsonObject own)
            own["prefix"] = name;
        storage["restoreFrom"] = restoreFrom;
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
