using System.CommandLine;
using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Yaml;
using PyRepo.Operator.Manifests;
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
            var room = await FindRoomAsync(found, cancellationToken);
            var beside = parsed.GetRequiredValue(name);
            var snapshot = HasSnapshots(former) ? await ChooseAsync(found, which, cancellationToken) : null;
            var restored = snapshot is null ? Write(former, beside, which) : Write(former, beside, snapshot);
            if (snapshot is not null)
                Console.Write($"{YamlWriter.Write(snapshot.GiveTo(beside, found.Namespace))}---\n");
            Console.Write(YamlWriter.Write(WithRoom(restored, room)));
            return 0;
        });
        return command;
    }

    static async Task<FoundSnapshot> ChooseAsync(
        FoundResource found, string which, CancellationToken cancellationToken)
    {
        var snapshots = await found.GetChildrenAsync(_snapshots, cancellationToken);
        var chosen = FoundSnapshot.Choose(snapshots, which);
        await Console.Error.WriteLineAsync(chosen.Describe(snapshots));
        return chosen;
    }

    /// <summary>Finds how large the volume is now, which may have grown; null: there is none.</summary>
    static async Task<Quantity?> FindRoomAsync(FoundResource found, CancellationToken cancellationToken)
    {
        var claim = (string?)found.Document["spec"]?["storage"]?["persistentVolumeClaim"]?["existingClaim"];
        var claims = await found.Kubectl.GetAsync(
            cancellationToken, "persistentvolumeclaims", claim is { Length: > 0 } ? claim : ChildNames.Data(found.Name),
            "-n", found.Namespace, "--ignore-not-found");
        return claims is [var only, ..]
            && Quantity.TryParse(only["status"]?["capacity"]?["storage"]?.ToString() ?? "", out var size) ? size : null;
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
        storage["persistentVolumeClaim"] ??= new JsonObject();
        return WithRoom(restored, snapshot.Size);
    }

    /// <summary>Returns a resource whose volume, if it is on one, has at least a size.</summary>
    public static JsonObject WithRoom(JsonObject resource, Quantity? least)
    {
        var storage = resource["spec"]!["storage"]!.AsObject();
        if (storage["bucket"] is not null || storage["ephemeral"] is not null)
            return resource;
        var claim = storage["persistentVolumeClaim"] as JsonObject;
        var size = Quantity.TryParse(claim?["size"]?.ToString() ?? "", out var written)
            ? written : new PersistentVolumeClaimSpec().Size;
        if (!(least > size))
            return resource;
        if (claim is null)
            storage["persistentVolumeClaim"] = claim = [];
        claim["size"] = least.ToString();
        return resource;
    }

    static bool HasSnapshots(JsonNode resource) =>
        resource["spec"]?["backup"]?["to"]?["volumeSnapshotClassName"] is not null;

    static JsonObject Write(JsonNode resource, string name, JsonObject restoreFrom)
    {
        var spec = resource["spec"]?.DeepClone() as JsonObject ?? [];
        if (name == (string?)resource["metadata"]?["name"])
            throw new KubectlException("A backup is restored to a new repository: give --as another name.");
        foreach (var field in (string[])["backup", "ingress", "gateway", "suspend"])
            spec.Remove(field);
        var storage = spec["storage"] as JsonObject ?? [];
        (storage["persistentVolumeClaim"] as JsonObject)?.Remove("existingClaim");
        // Beside the other's: keys may be good for the folder above alone.
        if (storage["bucket"] is JsonObject own)
        {
            var prefix = (string?)own["prefix"] ?? "";
            own["prefix"] = prefix[..(prefix.LastIndexOf('/') + 1)] + name;
        }
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
