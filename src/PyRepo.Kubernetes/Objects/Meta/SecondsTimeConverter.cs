namespace PyRepo.Kubernetes.Objects.Meta;

/// <summary>A time of whole seconds (meta/v1 Time), always in UTC.</summary>
public sealed class SecondsTimeConverter() : TimeConverter("yyyy-MM-dd'T'HH:mm:ss'Z'");
