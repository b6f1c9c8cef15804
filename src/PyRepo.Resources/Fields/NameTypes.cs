using PyRepo.Resources.Rules;

namespace PyRepo.Resources.Fields;

/// <summary>The types of fields with names.</summary>
static class NameTypes
{
    /// <summary>The name of a resource. 52 characters leave room for the suffixes that Kubernetes appends to the names
    /// of children.</summary>
    public static readonly StringType Resource = new(52) { Rules = [NameRules.ResourceName] };

    /// <summary>Like <see cref="Resource"/>, but an empty string counts as omitted.</summary>
    public static readonly StringType OptionalResource =
        new(52) { EmptyMeansOmitted = true, Rules = [NameRules.ResourceName] };

    public static readonly StringType Namespace = new(63) { Rules = [NameRules.Label] };

    public static readonly StringType Label = new(63) { Rules = [NameRules.Label] };

    /// <summary>The name of a Secret, ConfigMap, PersistentVolumeClaim, class or ServiceAccount (an
    /// <see href="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names">RFC
    /// 1123 subdomain</see>).</summary>
    public static readonly StringType Object = new(253) { Rules = [NameRules.ObjectName] };

    /// <summary>Like <see cref="Object"/>, but an empty string counts as omitted.</summary>
    public static readonly StringType OptionalObject =
        new(253) { EmptyMeansOmitted = true, Rules = [NameRules.ObjectName] };

    public static readonly StringType DataKey = new(253) { Rules = [NameRules.DataKey] };

    /// <summary>Like <see cref="DataKey"/>, with a short message: the definitions of the kinds are large.</summary>
    public static readonly StringType SecretKey = new(253) { Rules = [NameRules.SecretKey] };

    public static readonly StringType User = new(256) { Rules = [NameRules.User] };

    /// <summary>The name of a Python project. An empty string counts as omitted.</summary>
    public static readonly StringType OptionalProject =
        new(256) { EmptyMeansOmitted = true, Rules = [NameRules.Project] };

    public static readonly StringType ProjectPattern = new(256) { Rules = [NameRules.ProjectPattern] };

    public static readonly StringType Requirement = new(512) { Rules = [NameRules.Requirement] };
}
