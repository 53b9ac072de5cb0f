using BpDao.Core;
using BpDao.Crypto;
using BpDao.Specs;
using BpDao.Testing;

namespace BpDao.Contracts.Tests.Support;

/// <summary>Somebody with more coins than any network has.</summary>
internal static class Huge
{
    public static readonly PrivateKey Whale = TestKeys.Of("whale");

    public static readonly UInt256 Gigantic = UInt256.One << 127;

    public static readonly UInt256 Coins = UInt256.One << 140;

    /// <summary>2^127 wei to the validation pool.</summary>
    public static Transaction Gift(PorTestChain chain) =>
        chain.Transaction(Whale).To(SystemContracts.ValidationPool).WithGas(100_000).WithValue(Gigantic).Signed();
}
