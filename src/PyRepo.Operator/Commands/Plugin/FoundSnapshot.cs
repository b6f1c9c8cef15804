using System.Globalization;
using System.Text.Json.Nodes;
using PyRepo.Resources.Storage;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Commands.Plugin;

/// <summary>A VolumeSnapshot from which a volume can be made.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Taken">When the storage took it.</param>
/// <param name="Size">The least size of such a volume; null: the storage does not say.</param>
sealed record FoundSnapshot(string Name, DateTimeOffset Taken, Quantity? Size)
{
    /// <summary>Chooses one of the snapshots that kubectl found.</summary>
    /// <param name="found">The snapshots.</param>
    /// <param name="which">latest, a name, or a time, which means the newest one from before.</param>
    /// <exception cref="KubectlException">There is none such that is ready.</exception>
    public static FoundSnapshot Choose(IEnumerable<JsonNode> found, string which)
    {
        var ready = found.Where(each => (bool?)each["status"]?["readyToUse"] is true).Select(Read)
            .OrderByDescending(each => each.Taken).ToArray();
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

    static FoundSnapshot Read(JsonNode snapshot) => new(
        (string?)snapshot["metadata"]?["name"] ?? "",
        (DateTimeOffset?)(snapshot["status"]?["creationTime"] ?? snapshot["metadata"]?["creationTimestamp"]) ?? default,
        Quantity.TryParse(snapshot["status"]?["restoreSize"]?.ToString() ?? "", out var size) ? size : null);
}
