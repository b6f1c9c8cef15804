using System.Text.RegularExpressions;
using PyRepo.Resources.Rules;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Storage;

/// <summary>The rules of <c>spec.storage</c>.</summary>
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
        Message = "is more than one kind of storage: choose one of persistentVolumeClaim, bucket and ephemeral",
    };

    public static readonly Rule<string> ClassName = TextPattern.Rule(ClassNamePattern, ClassNameRegex(),
        "is not a storage class name: use lowercase letters, digits, '-' and '.', and start and end each part "
            + "between dots with a letter or digit");

    public static readonly Rule<ValueList<AccessMode>> ReadWriteOncePodAlone = new()
    {
        Cel = "!('ReadWriteOncePod' in self) || self.size() == 1",
        Predicate = modes => !modes.Contains(AccessMode.ReadWriteOncePod) || modes.Count == 1,
        Message = "combines ReadWriteOncePod with other modes: use it alone, or leave it out",
    };

    /// <summary>Only one pod can write to a volume.</summary>
    public static Rule<T> ReplicasNeedBucket<T>() where T : StoredSpec => new()
    {
        FieldPath = "server.replicas",
        DependsOn = ["storage"],
        Cel = "!has(self.server) || !has(self.server.replicas) || self.server.replicas <= 1"
            + " || (has(self.storage) && has(self.storage.bucket))",
        Predicate = spec => spec.Server.Replicas <= 1 || spec.Storage.Bucket is not null,
        Message = "is more than 1, which requires storage.bucket: only one pod can write to a volume",
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
