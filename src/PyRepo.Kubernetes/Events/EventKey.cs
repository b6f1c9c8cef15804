namespace PyRepo.Kubernetes.Events;

/// <summary>What makes two events the same.</summary>
readonly record struct EventKey(string Regarding, EventType Type, string Reason, string Action, string Note);
