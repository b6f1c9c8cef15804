using PyRepo.Server.Serving.Moving;

namespace PyRepo.Server.Tests.Serving.Moving;

/// <summary>Ignores how far a copy is.</summary>
sealed class NoProgress : ICopyProgress
{
    public void Start(CopyPlan plan)
    {
    }

    public void Read(long bytes)
    {
    }

    public void Finish(string fileName, long size)
    {
    }
}
