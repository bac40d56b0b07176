package dev.unipkg.journeys;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The arrows between rooms, and what no room may hold. An arrow that is added breaks the build here.
class HouseRulesTest {

    private static final String FORMAT = "dev.unipkg.format..";
    private static final String API = "dev.unipkg.api..";
    private static final String STORAGE = "dev.unipkg.storage..";
    private static final String KERNELS = "dev.unipkg.kernels..";
    private static final String SERVER = "dev.unipkg.registry..";
    private static final String EDGE = "dev.unipkg.registry.edge..";
    private static final String CLIENT = "dev.unipkg.cli..";

    private static JavaClasses house;

    @BeforeAll
    static void readTheHouse() {
        house = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages("dev.unipkg");
    }

    @Test
    void everyRoomIsThere() {
        for (String room : new String[] {"format", "storage", "kernels", "registry", "cli"}) {
            assertThat(house.stream().anyMatch(c -> c.getPackageName().startsWith("dev.unipkg." + room)))
                    .as(room)
                    .isTrue();
        }
    }

    @Test
    void theFormatLooksAtNoOtherRoom() {
        noClasses()
                .that()
                .resideInAPackage(FORMAT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(API, STORAGE, KERNELS, SERVER, CLIENT)
                .check(house);
        noClasses()
                .that()
                .resideInAPackage(API)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(STORAGE, KERNELS, SERVER, CLIENT)
                .check(house);
    }

    @Test
    void storageLooksAtTheFormatOnly() {
        noClasses()
                .that()
                .resideInAPackage(STORAGE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(KERNELS, SERVER, CLIENT)
                .check(house);
    }

    @Test
    void kernelReleasesLookAtTheFormatOnly() {
        noClasses()
                .that()
                .resideInAPackage(KERNELS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(STORAGE, SERVER, CLIENT)
                .check(house);
    }

    @Test
    void clientAndServerNeverMeet() {
        noClasses()
                .that()
                .resideInAPackage(SERVER)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(CLIENT)
                .check(house);
        noClasses()
                .that()
                .resideInAPackage(CLIENT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SERVER, STORAGE)
                .check(house);
    }

    /// The rooms of the server have no cycles.
    @Test
    void theServersRoomsStandOnEachOtherInOneOrder() {
        slices().matching("dev.unipkg.registry.(*)..").should().beFreeOfCycles().check(house);
    }

    /// A new Vert.x changes one room of the server. Quarkus Security hands its context to mechanisms.
    @Test
    void theEdgeAloneKnowsVertxAndNetty() {
        noClasses()
                .that()
                .resideInAPackage(SERVER)
                .and()
                .resideOutsideOfPackage(EDGE)
                .and()
                .doNotHaveSimpleName("ApiKeyAuthentication")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "io.netty..", EDGE)
                .check(house);
        noClasses()
                .that()
                .resideInAPackage(SERVER)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..impl..", "io.netty..internal..")
                .check(house);
    }

    /// A reader of one package need not read those that stand on it.
    @ParameterizedTest
    @ValueSource(strings = {"dev.unipkg.format", "dev.unipkg.kernels", "dev.unipkg.registry", "dev.unipkg.cli"})
    void packagesOfAModuleHaveNoCycles(String module) {
        slices().assignedFrom(new PackagesOf(module)).should().beFreeOfCycles().check(house);
    }

    private record PackagesOf(String module) implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return type.getPackageName().startsWith(module)
                    ? SliceIdentifier.of(type.getPackageName())
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "packages of " + module;
        }
    }

    /// The pure rooms can be used by hand, in a test or elsewhere, so they know no container and no web.
    @ParameterizedTest
    @CsvSource({
        "dev.unipkg.format..",
        "dev.unipkg.api..",
        "dev.unipkg.storage..",
        "dev.unipkg.kernels..",
        "dev.unipkg.cli.."
    })
    void noBeansOutsideTheServer(String room) {
        noClasses()
                .that()
                .resideInAPackage(room)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta..", "io.quarkus..", "org.hibernate..", "io.vertx..")
                .check(house);
    }

    /// Only storage talks S3, only the format compresses, only the client parses command lines.
    @Test
    void librariesStayInTheirRooms() {
        noClasses()
                .that()
                .resideOutsideOfPackage(STORAGE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.minio..", "okhttp3..")
                .check(house);
        noClasses()
                .that()
                .resideOutsideOfPackages(FORMAT, "dev.unipkg.bench..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.github.luben..", "org.snakeyaml..")
                .check(house);
        noClasses()
                .that()
                .resideOutsideOfPackage(CLIENT)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .check(house);
    }

    /// Entities and one class of statements are the ways to the database; no class has a third.
    @Test
    void rowsAreReadAndWrittenInTwoWays() {
        noClasses()
                .that()
                .resideInAPackage(SERVER)
                .and()
                .resideOutsideOfPackage("dev.unipkg.registry.rows")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("jakarta.persistence.EntityManager")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("javax.sql.DataSource")
                .check(house);
    }

    @Test
    void namesSayWhatThingsAre() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .haveSimpleNameEndingWith("Dto")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleName("Package")
                .check(house);
    }

    @Test
    void anInterfaceHasMoreThanOneAnswer() {
        classes()
                .that()
                .areInterfaces()
                .and()
                .areTopLevelClasses()
                .and()
                .areNotAnnotations()
                .and(new DescribedPredicate<JavaClass>("are not functional or framework-implemented") {
                    @Override
                    public boolean test(JavaClass type) {
                        return !type.getSimpleName().equals("package-info")
                                && !type.isAnnotatedWith(FunctionalInterface.class)
                                && type.getAnnotations().stream()
                                        .noneMatch(a -> a.getRawType().getName().startsWith("io.smallrye.config"));
                    }
                })
                .should(com.tngtech.archunit.lang.conditions.ArchConditions.be(
                        new DescribedPredicate<JavaClass>("implemented more than once") {
                            @Override
                            public boolean test(JavaClass type) {
                                return type.getAllSubclasses().stream()
                                                .filter(c -> !c.isInterface())
                                                .count()
                                        > 1;
                            }
                        }))
                .check(house);
    }
}
