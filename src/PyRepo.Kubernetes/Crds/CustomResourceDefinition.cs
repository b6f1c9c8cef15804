using System.Text.Json.Serialization;
using PyRepo.Kubernetes.Objects;

namespace PyRepo.Kubernetes.Crds;

/// <summary>Declares a kind to the API (<c>apiextensions.k8s.io/v1</c>).</summary>
public sealed record CustomResourceDefinition : KubernetesObject
{
    public required CustomResourceDefinitionSpec Spec { get; init; }

    /// <summary>Condition <c>Established</c> is true once the kind is served.</summary>
    public CustomResourceDefinitionStatus? Status { get; init; }
}

/// <summary>What a definition declares.</summary>
public sealed record CustomResourceDefinitionSpec
{
    public required string Group { get; init; }

    public required CustomResourceNames Names { get; init; }

    /// <summary>Namespaced or Cluster.</summary>
    public required string Scope { get; init; }

    public required IReadOnlyList<CustomResourceVersion> Versions { get; init; }
}

/// <summary>What the API says of a definition.</summary>
public sealed record CustomResourceDefinitionStatus
{
    public IReadOnlyList<Condition>? Conditions { get; init; }
}

/// <summary>The names of a kind.</summary>
public sealed record CustomResourceNames
{
    public required string Kind { get; init; }

    public required string ListKind { get; init; }

    public required string Plural { get; init; }

    public required string Singular { get; init; }

    /// <summary>For people at kubectl.</summary>
    public IReadOnlyList<string>? ShortNames { get; init; }

    /// <summary>Words that <c>kubectl get</c> takes for several kinds at once.</summary>
    public IReadOnlyList<string>? Categories { get; init; }
}

/// <summary>One version of a kind.</summary>
public sealed record CustomResourceVersion
{
    public required string Name { get; init; }

    public bool Served { get; init; } = true;

    /// <summary>Objects are stored in this version: exactly one is.</summary>
    public bool Storage { get; init; } = true;

    public required CustomResourceValidation Schema { get; init; }

    public CustomResourceSubresources? Subresources { get; init; }

    /// <summary>What <c>kubectl get</c> shows besides the name.</summary>
    public IReadOnlyList<PrinterColumn>? AdditionalPrinterColumns { get; init; }
}

/// <summary>What objects must keep to.</summary>
public sealed record CustomResourceValidation
{
    [JsonPropertyName("openAPIV3Schema")]
    public required StructuralSchema Root { get; init; }
}

/// <summary>Parts of an object that are written apart.</summary>
public sealed record CustomResourceSubresources
{
    public StatusSubresource? Status { get; init; }

    public ScaleSubresource? Scale { get; init; }
}

/// <summary>That <c>/status</c> is written apart: its being there says it.</summary>
public sealed record StatusSubresource;

/// <summary>Where <c>/scale</c> finds its numbers, for <c>kubectl scale</c> and autoscalers.</summary>
public sealed record ScaleSubresource
{
    public required string SpecReplicasPath { get; init; }

    public required string StatusReplicasPath { get; init; }

    /// <summary>A label selector as text: without it no autoscaler works.</summary>
    public string? LabelSelectorPath { get; init; }
}

/// <summary>A column of <c>kubectl get</c>.</summary>
public sealed record PrinterColumn
{
    public required string Name { get; init; }

    /// <summary>string, integer, number, boolean or date (which is shown as an age).</summary>
    public required string Type { get; init; }

    public required string JsonPath { get; init; }

    public string? Description { get; init; }

    /// <summary>Above 0: shown by <c>-o wide</c> only.</summary>
    public int? Priority { get; init; }
}
