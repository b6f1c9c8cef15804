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

    /// <summary>What <c>kubectl get</c> shows besides the name.</summary>
    public IReadOnlyList<PrinterColumn>? AdditionalPrinterColumns { get; init; }
}
