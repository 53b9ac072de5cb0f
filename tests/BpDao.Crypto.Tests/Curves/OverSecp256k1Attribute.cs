using System.Reflection;
using Xunit.Sdk;

namespace BpDao.Crypto.Tests;

/// <summary>Runs a theory over one implementation of the curve; the native one is skipped, with the reason, where it does not load.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class OverSecp256k1Attribute : DataAttribute
{
    public OverSecp256k1Attribute(Secp256k1Choice choice)
    {
        Choice = choice;
        if (choice == Secp256k1Choice.Native && !NativeSecp256k1.TryLoad(out _, out string reason)) Skip = reason;
    }

    public Secp256k1Choice Choice { get; }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[Choice]];
}
