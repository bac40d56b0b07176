package dev.unipkg.cli.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The rules of curl's manual, and the cases that curl's own tests try.
class NoProxyTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # names and domains, with and without dots at their ends
            www.example.com   | example.com                          | true
            example.com       | example.com                          | true
            nonexample.com    | example.com                          | false
            www.example.com   | localhost,.example.com,.example.de   | true
            example.com       | localhost,.example.com               | true
            www.example.com.  | .example.com                         | true
            www.example.com   | .example.com.                        | true
            www.example.com   | www2.example.com, .example.net       | false
            foobar            | barfoo                               | false
            # case
            WWW.Example.COM   | example.com                          | true
            www.example.com   | EXAMPLE.com                          | true
            # spaces and empty entries
            bar               | foo,,,,,              bar, ::1/64    | true
            bar               | ,                                    | false
            bar               | .                                    | false
            # the star, which is a wildcard only alone
            any.where         | *                                    | true
            10.0.0.1          | *                                    | true
            any.where         | localhost,*                          | false
            any.where         | *.where                              | false
            # ports: those of an entry match nothing
            example.com       | example.com:8080                     | false
            # IPv4
            127.0.0.1         | 127.0.0.1,localhost                  | true
            127.0.0.1         | localhost,                           | false
            192.168.0.1       | 192.168.0.0                          | false
            1.127.0.0.1       | 127.0.0.1                            | true
            127.0.0.1         | 0.0.1                                | false
            # IPv4 networks
            192.168.0.1       | 192.168.0.0/16                       | true
            192.168.1.1       | 192.168.0.0/24                       | false
            192.168.1.1       | foo, bar, 192.168.0.0/16             | true
            192.168.0.1       | 192.168.0.0/32                       | false
            192.168.0.1       | 192.168.0.1/33                       | false
            192.168.0.1       | 192.168.0.1/0                        | true
            10.0.0.1          | 192.168.0.1/0                        | false
            172.31.255.255    | 172.16.0.0/12                        | true
            172.32.0.0        | 172.16.0.0/12                        | false
            192.168.0.1       | 192.168.0.0/x                        | false
            # IPv6
            [::1]             | ::1                                  | true
            [::1]             | 0:0::1                               | true
            [::1]             | foo, bar, ::1/64                     | true
            [::1]             | foo, bar, 192.168.0.0/16             | false
            [::1]             | ::1/129                              | false
            [fe80::ab47:4396] | fe80::/10                            | true
            [fec0::1]         | fe80::/10                            | false
            [2001:db8::1]     | 2001:db8::/33                        | true
            [2001:db8:8000::] | 2001:db8::/33                        | false
            # an address is no name
            bar               | ::1/64                               | false
            localhost         | 127.0.0.1                            | false
            """)
    void aHostIsExceptedWhenCurlWouldExceptIt(String host, String list, boolean excepted) {
        assertThat(NoProxy.parse(list).covers(host)).isEqualTo(excepted);
    }

    @ParameterizedTest
    @CsvSource({"''", "' '"})
    void anEmptyListExceptsNothing(String list) {
        assertThat(NoProxy.parse(list).covers("example.com")).isFalse();
    }
}
