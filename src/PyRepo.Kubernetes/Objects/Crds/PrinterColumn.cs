namespace PyRepo.Kubernetes.Objects.Crds;

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
