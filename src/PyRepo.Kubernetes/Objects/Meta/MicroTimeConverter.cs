namespace PyRepo.Kubernetes.Objects.Meta;

/// <summary>A time of microseconds (meta/v1 MicroTime): exactly six digits, always in UTC.</summary>
public sealed class MicroTimeConverter() : TimeConverter("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'");
