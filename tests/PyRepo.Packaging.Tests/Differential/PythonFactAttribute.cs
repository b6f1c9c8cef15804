namespace PyRepo.Packaging.Tests.Differential;

/// <summary>A test that compares with Python, and is skipped without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute()
    {
        if (PythonInterpreter.All.Count == 0)
            Skip = "There is no python3 to compare with.";
    }
}
