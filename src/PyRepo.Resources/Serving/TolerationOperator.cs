namespace PyRepo.Resources.Serving;

/// <summary>How a toleration compares the taint's value.</summary>
public enum TolerationOperator
{
    Equal,
    Exists,
}
