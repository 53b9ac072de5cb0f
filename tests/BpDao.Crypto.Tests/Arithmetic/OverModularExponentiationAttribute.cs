using System.Reflection;
using Xunit.Sdk;

namespace BpDao.Crypto.Tests;

/// <summary>Runs a theory over one implementation of powers; GMP's is skipped where the library is absent.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class OverModularExponentiationAttribute : DataAttribute
{
    private readonly IModularExponentiation? _powers;

    public OverModularExponentiationAttribute(bool native)
    {
        Native = native;
        _powers = !native ? new ManagedModularExponentiation() : GmpModularExponentiation.TryLoad(out GmpModularExponentiation? gmp) ? gmp : null;
        if (_powers is null) Skip = "libgmp.so.10 does not load";
    }

    public bool Native { get; }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[_powers!]];
}
