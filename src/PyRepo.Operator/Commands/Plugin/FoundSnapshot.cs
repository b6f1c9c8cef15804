using System.Globalization;
using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Objects;
using PyRepo.Operator.Manifests;
using PyRepo.Resources.Storage;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Commands.Plugin;

/// <summary>A VolumeSnapshot from which a volume can be made.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Taken">When the storage took it.</param>
/// <param name="Size">The least size of such a volume; null: the storage does not say.</param>
/// <param name="Claim">The UID of the claim that it was made of; null: the operator did not make it.</param>
sealed record FoundSnapshot(string Name, DateTimeOffset Taken, Quantity? Size, string? Claim = null)
{
    /// <summary>The claim that it is of, which <c>kubectl apply</c> wants to see unchanged.</summary>
    JsonNode? Source { get; init; }

    /// <summary>
    /// Returns what <c>kubectl apply</c> needs to give it to a resource of another name (<see cref="ClaimableVolume"/>).
    /// </summary>
    public JsonObject GiveTo(string resource, string ns) => new()
    {
        ["apiVersion"] = ResourceTypes.VolumeSnapshots.ApiVersion,
        ["kind"] = ResourceTypes.VolumeSnapshots.Kind,
        ["metadata"] = new JsonObject
        {
            ["name"] = Name,
            ["namespace"] = ns,
            ["annotations"] = new JsonObject { [Annotations.ClaimableBy] = resource },
        },
        ["spec"] = new JsonObject { ["source"] = Source?.DeepClone() },
    };

    /// <summary>Chooses one of the snapshots that kubectl found.</summary>
    /// <param name="found">The snapshots.</param>
    /// <param name="which">latest, a name, or a time, which means the newest one from before.</param>
    /// <exception cref="KubectlException">There is none such that is ready.</exception>
    public static FoundSnapshot Choose(IEnumerable<JsonNode> found, string which)
    {
        var ready = ReadReady(found);
        var chosen = ready.FirstOrDefault(each => each.Name == which)
            ?? (which == RestoreSpec.Latest ? ready.FirstOrDefault()
            : DateTimeOffset.TryParse(which, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? ready.FirstOrDefault(each => each.Taken < time)
            : null);
        return chosen ?? throw new KubectlException(ready.Length == 0
            ? "There is no snapshot that is ready."
            : $"There is no such snapshot that is ready: '{which}'. There are: "
                + $"{string.Join(", ", ready.Select(each => each.Name))}.");
    }

    /// <summary>
    /// Says which one was chosen, and whether there are some of other claims: the newest of all may be of a claim that was
    /// made anew, and is empty.
    /// </summary>
    /// <param name="found">The snapshots among which it was chosen.</param>
    public string Describe(IEnumerable<JsonNode> found)
    {
        var message = $"{Name} is restored, which was taken on {DisplayTime.Format(Taken)}.";
        var others = ReadReady(found).Where(each => each.Claim != Claim).ToArray();
        return others is not [var newest, ..] ? message
            : $"{message} Of other volumes of the repository there are {others.Length}, the newest is {newest.Name} of "
                + $"{DisplayTime.Format(newest.Taken)}. If that volume was the one with the data, give --backup "
                + $"{newest.Name}.";
    }

    static FoundSnapshot[] ReadReady(IEnumerable<JsonNode> found) =>
    [
        .. found.Where(each => (bool?)each["status"]?["readyToUse"] is true).Select(Read)
            .OrderByDescending(each => each.Taken),
    ];

    static FoundSnapshot Read(JsonNode snapshot) => new(
        (string?)snapshot["metadata"]?["name"] ?? "",
        (DateTimeOffset?)(snapshot["status"]?["creationTime"] ?? snapshot["metadata"]?["creationTimestamp"]) ?? default,
        Quantity.TryParse(snapshot["status"]?["restoreSize"]?.ToString() ?? "", out var size) ? size : null,
        (string?)snapshot["metadata"]?["annotations"]?[Annotations.Claim])
    {
        Source = snapshot["spec"]?["source"],
    };
}
