using System.Text.RegularExpressions;
using PyRepo.Resources.Rules;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Storage;

/// <summary>What <c>spec.storage</c> must keep to.</summary>
public static partial class StorageRules
{
    const string ClassNamePattern = "(" + NameRules.ObjectNamePattern + ")?";

    public static readonly Rule<StorageSpec> OneStorage = new()
    {
        DependsOn = ["persistentVolumeClaim", "bucket", "ephemeral"],
        Cel = "[has(self.persistentVolumeClaim), has(self.bucket), has(self.ephemeral)].filter(x, x).size() <= 1",
        Predicate = storage => WrittenStorages(storage).Count() <= 1,
        Value = storage => string.Join(", ", WrittenStorages(storage)),
        CelValue = "!has(self.persistentVolumeClaim) ? 'bucket, ephemeral' : !has(self.bucket) "
            + "? 'persistentVolumeClaim, ephemeral' : !has(self.ephemeral) ? 'persistentVolumeClaim, bucket' "
            + ": 'persistentVolumeClaim, bucket, ephemeral'",
        Message = "is more than one place: write one of persistentVolumeClaim, bucket and ephemeral",
    };

    public static readonly Rule<string> ClassName = TextPattern.Rule(ClassNamePattern, ClassNameRegex(),
        "is not a storage class's name: lower-case letters, digits, '-' and '.', with a letter or digit at both ends "
        + "and beside each '.'");

    public static readonly Rule<ValueList<AccessMode>> ReadWriteOncePodAlone = new()
    {
        Cel = "!('ReadWriteOncePod' in self) || self.size() == 1",
        Predicate = modes => !modes.Contains(AccessMode.ReadWriteOncePod) || modes.Count == 1,
        Message = "has ReadWriteOncePod beside others: write it alone, or leave it out",
    };

    /// <summary>A volume is written by one pod.</summary>
    public static Rule<T> ReplicasNeedBucket<T>() where T : StoredSpec => new()
    {
        FieldPath = "server.replicas",
        DependsOn = ["storage"],
        Cel = "!has(self.server) || !has(self.server.replicas) || self.server.replicas <= 1"
            + " || (has(self.storage) && has(self.storage.bucket))",
        Predicate = spec => spec.Server.Replicas <= 1 || spec.Storage.Bucket is not null,
        Message = "is more than 1, which needs storage.bucket: a volume has one writer",
    };

    static IEnumerable<string> WrittenStorages(StorageSpec storage)
    {
        if (storage.PersistentVolumeClaim is not null)
            yield return "persistentVolumeClaim";
        if (storage.Bucket is not null)
            yield return "bucket";
        if (storage.Ephemeral is not null)
            yield return "ephemeral";
    }

    [GeneratedRegex($@"^(?:{ClassNamePattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex ClassNameRegex();
}
