using System.Text;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Testing;

/// <summary>Keys by name, the same in every run.</summary>
public static class TestKeys
{
    public static PrivateKey A { get; } = Of("A");

    public static PrivateKey B { get; } = Of("B");

    public static PrivateKey C { get; } = Of("C");

    public static PrivateKey D { get; } = Of("D");

    /// <summary>The published key of the protocol's own sender (protocol rule 2.4).</summary>
    public static PrivateKey System { get; } = Of("BpDao system transaction");

    /// <summary>keccak256 of the name.</summary>
    public static PrivateKey Of(string name) => new(Keccak256.Hash(Encoding.UTF8.GetBytes(name)).Bytes);
}
