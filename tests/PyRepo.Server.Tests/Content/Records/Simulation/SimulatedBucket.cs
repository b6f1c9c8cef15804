using System.Globalization;
using PyRepo.Storage;
using PyRepo.Storage.Buckets;

namespace PyRepo.Server.Tests.Content.Records.Simulation;

/// <summary>The objects of a service.</summary>
/// <param name="world">The simulation.</param>
/// <param name="settings">Tell what is wrong with it.</param>
sealed class SimulatedBucket(SimulatedWorld world, SimulationSettings settings)
{
    readonly Dictionary<string, (byte[] Bytes, StoredObject Object)> _objects = new(StringComparer.Ordinal);
    long _versions;

    /// <summary>Returns an object, or null if there is none.</summary>
    public StoredObject? Find(string name) => _objects.TryGetValue(name, out var found) ? found.Object : null;

    /// <summary>Returns the bytes of an object, or none.</summary>
    public byte[] Read(string name) => _objects.TryGetValue(name, out var found) ? found.Bytes : [];

    /// <summary>Reads an object.</summary>
    public BucketResponse Read(string name, BucketRead read)
    {
        if (!_objects.TryGetValue(name, out var found))
            return new(BucketReadOutcome.NotFound, null, null);
        if (read.NoneMatch == found.Object.Version)
            return new(BucketReadOutcome.Unchanged, found.Object, null);
        if (read.Match is { } match && match != found.Object.Version)
            return new(BucketReadOutcome.Changed, null, null);
        var (start, left) = ((int)read.Offset, found.Bytes.Length - (int)read.Offset);
        var count = (int)Math.Min(read.Count ?? left, left);
        return new(
            BucketReadOutcome.Found, found.Object, new MemoryStream(found.Bytes, start, count, writable: false));
    }

    /// <summary>Whether a condition holds. No other place knows what conditions are like.</summary>
    public bool Holds(string name, WriteCondition condition) =>
        condition.Version is not { } version ? !condition.MustBeAbsent || Find(name) is null
        : Find(name)?.Version == version && !Has(ServiceFlaw.RefusesRightTags)
            && (!Has(ServiceFlaw.TakesBareTags) || condition.EntityTag == version.Value);

    /// <summary>Whether a write takes place later than the look whether its condition holds.</summary>
    public bool WritesLater => Has(ServiceFlaw.LooksFirstAndWritesLater);

    /// <summary>Writes an object.</summary>
    public StoredObject Write(string name, byte[] bytes, string who)
    {
        var version = new VersionTag((++_versions).ToString(CultureInfo.InvariantCulture));
        var written = new StoredObject(name, bytes.Length, version, SimulatedClock.GetServiceTime(world));
        _objects[name] = (bytes, written);
        world.Note($"wrote {name}", who, _versions);
        return written;
    }

    /// <summary>Deletes an object.</summary>
    public void Delete(string name) => _objects.Remove(name);

    bool Has(ServiceFlaw flaw) => settings.Flaw == flaw && world.Now >= settings.FlawBegins.Ticks;
}
