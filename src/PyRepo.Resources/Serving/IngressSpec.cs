using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Rules;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Serving;

/// <summary>The Ingress through which clients reach the index.</summary>
public sealed record IngressSpec
{
    public static readonly ObjectType<IngressSpec> Type = new(fields => new(fields));

    public string? ClassName { get; init; }
    public required string Host { get; init; }
    public string Path { get; init; } = "/";

    /// <summary>Null means plain HTTP.</summary>
    public IngressTls? Tls { get; init; }

    public ValueDictionary<string> Annotations { get; init; } = ValueDictionary<string>.Empty;

    public IngressSpec()
    {
    }

    static readonly MapType<string> _annotationsType =
        new(new StringType(4096) { MayBeEmpty = true }, maxEntries: 64, LabelRules.MaxKeyLength)
        {
            Rules = [LabelRules.AnnotationNames],
        };

    [SetsRequiredMembers]
    IngressSpec(FieldReader fields)
    {
        ClassName = fields.Optional("className", NameTypes.OptionalObject,
            "The IngressClass. If omitted, the cluster's default class.");
        Host = fields.Required("host", AddressTypes.Host, "The host name that clients use.");
        Path = fields.Default("path", AddressTypes.AbsolutePath, Path, "The path under which the index is served.");
        Tls = fields.Optional("tls", IngressTls.Type, "Serves HTTPS.");
        Annotations = fields.Default("annotations", _annotationsType, Annotations,
            "Annotations for the Ingress. Only those that the administrator allows are accepted.");
    }
}

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
