namespace PyRepo.Kubernetes.Client.Configuration;

sealed record ExecSpec(bool Interactive, ExecCluster? Cluster);
