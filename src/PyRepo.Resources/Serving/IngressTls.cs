using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Serving;

/// <summary>The certificate of an Ingress.</summary>
public sealed record IngressTls
{
    public static readonly ObjectType<IngressTls> Type = new(fields => new(fields)) { IsMarker = true };

    /// <summary>Null means the Ingress controller's default certificate.</summary>
    public string? SecretName { get; init; }

    public IngressTls()
    {
    }

    IngressTls(FieldReader fields) => SecretName = fields.Optional("secretName", NameTypes.OptionalObject,
        "The Secret with the certificate. If omitted, the Ingress controller's default certificate.");
}
