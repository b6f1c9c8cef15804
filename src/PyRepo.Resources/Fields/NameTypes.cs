using PyRepo.Resources.Rules;

namespace PyRepo.Resources.Fields;

/// <summary>The types of fields that hold names.</summary>
static class NameTypes
{
    /// <summary>52 characters leave room for what Kubernetes appends to the name of a child.</summary>
    public static readonly StringType Resource = new(52) { Rules = [NameRules.ResourceName] };

    /// <summary>As <see cref="Resource"/>; empty says the same as left out.</summary>
    public static readonly StringType OptionalResource =
        new(52) { EmptyMeansOmitted = true, Rules = [NameRules.ResourceName] };

    public static readonly StringType Namespace = new(63) { Rules = [NameRules.Label] };

    public static readonly StringType Label = new(63) { Rules = [NameRules.Label] };

    /// <summary>Of a Secret, ConfigMap, claim, class or ServiceAccount (RFC 1123 subdomain).</summary>
    public static readonly StringType Object = new(253) { Rules = [NameRules.ObjectName] };

    /// <summary>As <see cref="Object"/>; empty says the same as left out.</summary>
    public static readonly StringType OptionalObject = new(253) { EmptyMeansOmitted = true, Rules = [NameRules.ObjectName] };

    public static readonly StringType DataKey = new(253) { Rules = [NameRules.DataKey] };

    public static readonly StringType User = new(256) { Rules = [NameRules.User] };

    public static readonly StringType ProjectPattern = new(256) { Rules = [NameRules.ProjectPattern] };

    public static readonly StringType Requirement = new(512) { Rules = [NameRules.Requirement] };
}
