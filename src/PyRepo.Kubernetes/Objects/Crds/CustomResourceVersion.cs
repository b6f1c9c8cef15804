using System.Text.Json.Serialization;

namespace PyRepo.Kubernetes.Objects.Crds;

/// <summary>One version of a kind.</summary>
public sealed record CustomResourceVersion
{
    public required string Name { get; init; }

    public bool Served { get; init; } = true;

    /// <summary>Objects are stored in this version: exactly one is.</summary>
    public bool Storage { get; init; } = true;

    public required CustomResourceValidation Schema { get; init; }

    public CustomResourceSubresources? Subresources { get; init; }

    /// <summary>The columns that <c>kubectl get</c> shows besides the name.</summary>
    public IReadOnlyList<PrinterColumn>? AdditionalPrinterColumns { get; init; }
}

/// <summary>The schema that objects must conform to.</summary>
public sealed record CustomResourceValidation
{
    [JsonPropertyName("openAPIV3Schema")]
    public required StructuralSchema Root { get; init; }
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

/// <summary>Parts of an object that are written apart.</summary>
public sealed record CustomResourceSubresources
{
    public StatusSubresource? Status { get; init; }

    public ScaleSubresource? Scale { get; init; }
}

/// <summary>
/// Makes <c>/status</c> a subresource, which is written separately. It has no fields: it is there or not.
/// </summary>
public sealed record StatusSubresource;

/// <summary>Where <c>/scale</c> finds its numbers, for <c>kubectl scale</c> and autoscalers.</summary>
public sealed record ScaleSubresource
{
    public required string SpecReplicasPath { get; init; }

    public required string StatusReplicasPath { get; init; }

    /// <summary>A label selector as text: without it no autoscaler works.</summary>
    public string? LabelSelectorPath { get; init; }
}
