namespace PyRepo.Sigstore.Publishers;

/// <summary>A publisher that is demanded.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">The repository as <c>OWNER/NAME</c>, or the email address.</param>
public sealed record RequiredPublisher(PublisherKind Kind, string Name)
{
    /// <summary>The workflow; null if any.</summary>
    public string? Workflow { get; init; }

    /// <summary>The environment; null if any, or none.</summary>
    public string? Environment { get; init; }

    /// <summary>Whether a publisher is this one.</summary>
    public bool Is(AttestedPublisher publisher) => FindMismatch(publisher) is null;

    /// <summary>Returns the first step at which a publisher is another; null if it is this one.</summary>
    /// <remarks>
    /// Nothing matches <see cref="PublisherKind.Other"/>, as any issuer could vouch for a subject of that name. Hosts
    /// and mail servers ignore the case of what is a name to them, but not that of a file.
    /// </remarks>
    public VerificationStep? FindMismatch(AttestedPublisher publisher) =>
        publisher.Kind != Kind || Kind is PublisherKind.Other ? VerificationStep.Issuer
        : !Same(Name, publisher.Name) ? VerificationStep.Publisher
        : Workflow is not null && Workflow != publisher.Workflow ? VerificationStep.Workflow
        : Environment is not null && !Same(Environment, publisher.Environment) ? VerificationStep.Environment
        : null;

    /// <summary>As people read it.</summary>
    public override string ToString()
    {
        var workflow = Workflow is null ? "" : $" {Quoted.Printable(Workflow)}";
        var environment = Environment is null ? "" : $" in {Quoted.Printable(Environment)}";
        return $"{Kind} {Quoted.Printable(Name)}{workflow}{environment}";
    }

    static bool Same(string one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
