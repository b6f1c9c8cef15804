namespace PyRepo.Testing.Cluster;

/// <summary>What was asked about.</summary>
public sealed record AuditObject
{
    // Generated readers give a property that is init-only and not in the JSON null, whatever it is initialized with.
    public string Resource { get; set; } = "";
    public string Subresource { get; set; } = "";
    public string ApiGroup { get; set; } = "";
    public string Namespace { get; set; } = "";
    public string Name { get; set; } = "";

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Resource}{(Subresource.Length > 0 ? "/" : "")}{Subresource} {Namespace}/{Name}";
}
