namespace PyRepo.Kubernetes.Client;

sealed record DeletePreconditions(string Uid, string? ResourceVersion = null);
